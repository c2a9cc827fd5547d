import type { CommandInput } from '../command.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** What is over sooner than this shows nothing. */
const FIRST_FRAME_MS = 250;
const FRAME_MS = 100;

/**
 * Shows a line on standard error while something takes its time. In a pipe, a log or a test it stays silent.
 *
 * @param text what is going on: `opening the session`
 */
export async function withProgress<T>(
  { terminal, err }: Pick<CommandInput, 'terminal' | 'err'>,
  text: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!terminal.showsProgress) return work();
  let frame = 0;
  const draw = () => {
    err(`\r${FRAMES[frame % FRAMES.length]} ${text} …`);
    frame += 1;
  };
  let ticks: NodeJS.Timeout | undefined;
  const start = setTimeout(() => {
    draw();
    ticks = setInterval(draw, FRAME_MS);
  }, FIRST_FRAME_MS);
  try {
    return await work();
  } finally {
    clearTimeout(start);
    clearInterval(ticks);
    if (frame > 0) err('\r\u001b[K');
  }
}
