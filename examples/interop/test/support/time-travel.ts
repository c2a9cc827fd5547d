import { createWorld, type World } from './world.js';

const MINUTE = 60_000;
/** How far the clocks of proxy and AWS are behind the tools' at first: S3 takes 15 minutes. */
const BEHIND = 14 * MINUTE;
/** The shortest login that AWS has a session for, and a little. */
const LOGIN = 16 * MINUTE;

/** A world whose clock a test sets, while the tools keep the real time. */
export interface TimeTravel {
  readonly world: World;
  /** Sets the clock back, so that a whole short login fits into what tools take for the present. */
  rewind(): void;
  /** Sets the clock behind the end of a login that began after `rewind`. */
  travel(): void;
  /** The end of a login that begins now. */
  ends(): Date;
}

/**
 * AWS has no session shorter than 15 minutes, and no test may wait that long. S3 calls may be 15 minutes off in both
 * directions: the login begins 14 minutes ago and ends in two, and then the clock is moved there.
 */
export async function createTimeTravel(): Promise<TimeTravel> {
  let offset = -BEHIND;
  const clock = () => new Date(Date.now() + offset);
  const world = await createWorld({
    clock,
    // The gateway's own STS client keeps the real time, too.
    standIn: { clockSkewSeconds: 1200 },
  });
  return {
    world,
    rewind: () => {
      offset = -BEHIND;
    },
    travel: () => {
      offset = LOGIN - BEHIND + MINUTE;
    },
    ends: () => new Date(clock().getTime() + LOGIN),
  };
}
