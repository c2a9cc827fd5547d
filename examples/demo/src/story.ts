/** Prints the demo as a story: a heading a step, what happened, and ✓ or ✗. */
export interface Story {
  heading(text: string): void;
  /** What happened, without judgement. */
  note(text: string): void;
  /** Something that had to hold. A false one makes the whole demo fail. */
  check(text: string, holds: boolean): void;
  /** Runs a step; an exception is a ✗ with its message, not the end of the story. */
  step(text: string, work: () => Promise<void>): Promise<void>;
  readonly failures: number;
  readonly checks: number;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32 } as const;

/**
 * @param write takes whole lines
 * @param colour whether the reader is a terminal
 */
export function createStory(write: (line: string) => void, colour: boolean): Story {
  const paint = (style: keyof typeof codes, text: string) =>
    colour ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
  let failures = 0;
  let checks = 0;
  let steps = 0;

  const story: Story = {
    heading(text) {
      steps += 1;
      write('');
      write(paint('bold', `${steps}. ${text}`));
    },
    note(text) {
      for (const line of text.split('\n')) write(`   ${paint('dim', line)}`);
    },
    check(text, holds) {
      checks += 1;
      if (!holds) failures += 1;
      write(` ${holds ? paint('green', '✓') : paint('red', '✗')} ${text}`);
    },
    async step(text, work) {
      story.heading(text);
      try {
        await Promise.race([work(), late(60_000)]);
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        story.check(`the step ended early: ${reason}`, false);
      }
    },
    get failures() {
      return failures;
    },
    get checks() {
      return checks;
    },
  };
  return story;
}

/** A story that stands still is a bad one. */
function late(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`nothing came of it in ${ms / 1000} s`)), ms).unref();
  });
}
