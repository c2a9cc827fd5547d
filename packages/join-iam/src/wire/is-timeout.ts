/** The longest time a timer takes; beyond it node fires at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** Whether a number is good for a deadline in milliseconds: signals take whole numbers only. */
export function isTimeout(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_TIMEOUT_MS;
}
