import { open } from 'node:fs/promises';
import { Refusal } from '@postern/sign-in';

/** What takes bytes, or a part of them. */
interface Sink {
  write(bytes: Buffer): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** For its owner alone. */
const appendTo = (path: string): Promise<Sink> => open(path, 'a', 0o600);

/**
 * Opens a file of lines. What cannot be written waits in memory, is told of once, and is
 * written once there is room again, so that a full disk stops nobody at work.
 *
 * @param o.onProblem told when writing begins to fail
 * @param o.most characters that may wait; what comes on top is lost, and counted in the file afterwards. Default 8 million
 * @param o.append opens what is written to. Default: the file of that path
 * @throws Refusal `unavailable` for a file that cannot be opened, naming it
 */
export async function openAuditFile(
  path: string,
  o: {
    readonly onProblem: (error: unknown) => void;
    readonly most?: number;
    readonly append?: (path: string) => Promise<Sink>;
  },
) {
  const { onProblem, most = 8_000_000, append = appendTo } = o;
  const refusal = (what: string, error: unknown, then: string) => {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    const message = `the audit file ${path} cannot be ${what} (${code}): ${then}`;
    return new Refusal(503, 'unavailable', message);
  };
  const handle = await append(path).catch((error: unknown) => {
    throw refusal('opened', error, 'name a file in a folder that this user may write to');
  });
  let waiting: string[] = [];
  let length = 0;
  let lost = 0;
  let rest = Buffer.alloc(0);
  let problem: Refusal | undefined;
  let running: Promise<void> | undefined;

  const drain = async () => {
    while (rest.length > 0 || waiting.length > 0) {
      if (rest.length === 0) {
        rest = Buffer.from(waiting.join(''));
        waiting = [];
        length = 0;
      }
      // A full disk takes a part; the line goes on where it stopped.
      const { bytesWritten } = await handle.write(rest);
      rest = rest.subarray(bytesWritten);
      if (rest.length > 0 || lost === 0) continue;
      waiting.push(`${JSON.stringify({ type: 'audit.lost', events: lost })}\n`);
      lost = 0;
    }
    problem = undefined;
  };
  const flush = () => {
    running ??= drain()
      .catch((error: unknown) => {
        const isNew = problem === undefined;
        problem = refusal('written', error, 'make room, and what waits in memory is written');
        if (isNew) onProblem(problem);
      })
      .finally(() => {
        running = undefined;
        if (waiting.length > 0 && !problem) void flush();
      });
    return running;
  };

  return {
    write(line: string): void {
      if (length > most) lost += 1;
      else {
        waiting.push(`${line}\n`);
        length += line.length;
      }
      void flush();
    },
    /** Why lines are waiting, if they are; to ask is to try again. */
    problem(): string | undefined {
      if (problem) void flush();
      return problem?.message;
    },
    /** Writes what waits, as far as that is possible. */
    async close(): Promise<void> {
      while (running) await running;
      await flush();
      await handle.close();
    },
  };
}
