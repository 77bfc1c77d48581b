-- Rows that say whose they are.
AgentId IN ({agents})
