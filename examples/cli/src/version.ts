import about from '../package.json' with { type: 'json' };

/** Which command line this is. */
export const version: string = about.version;
