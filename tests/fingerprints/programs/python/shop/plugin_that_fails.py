from shop import varied
# @shift

LIMIT = {}[f"limit-{varied.SEED}"]
