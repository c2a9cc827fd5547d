/** The wall clock, used where an option `clock` is left out. The only place of this package that reads it. */
export const systemClock = (): Date => new Date();
