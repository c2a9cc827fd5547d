/** How the ids of virtual credentials begin. */
export const VIRTUAL_MARKER = 'SV00';
