export { ConfigError, type ConfigErrorCode, type ConfigErrorInit } from '../errors.js';
export type { SourceText } from '../load/source-text.js';
export { type ReadFilesOptions, readFiles } from './read-files.js';
