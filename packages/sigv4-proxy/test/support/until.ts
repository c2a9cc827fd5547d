/** Lets connections make progress while the clock stands still. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 20_000) throw new Error(`This never came true: ${holds}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
