/** Lets the event loop turn until something holds; fails after some thousand turns instead of hanging. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 5_000) throw new Error(`This never came true: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, turn < 100 ? 0 : 1));
  }
}
