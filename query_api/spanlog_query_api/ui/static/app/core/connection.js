// Whether the stack answers; while it does not, it is asked every other second, and views load anew once it does.
import { signal } from "../../vendor/preact.js";

const ASK_AGAIN_MILLISECONDS = 2000;

/** Whether the last request got through. */
export const isConnected = signal(true);
/** How often the stack came back: what was loaded before may be old. */
export const returns = signal(0);

let isAsking = false;

export function connectionLost() {
  isConnected.value = false;
  if (!isAsking) {
    isAsking = true;
    setTimeout(ask, ASK_AGAIN_MILLISECONDS);
  }
}

async function ask() {
  try {
    const answer = await fetch("/health", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    isAsking = false;
    isConnected.value = true;
    returns.value += 1;
  } catch {
    setTimeout(ask, ASK_AGAIN_MILLISECONDS);
  }
}
