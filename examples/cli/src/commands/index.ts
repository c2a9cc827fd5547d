import type { Command } from '../command.js';
import { aws } from './aws.js';
import { check } from './check.js';
import { consoleCommand } from './console.js';
import { explain } from './explain.js';
import { proxyAws } from './proxy-aws.js';
import { schema } from './schema.js';

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [proxyAws, aws, consoleCommand, explain, check, schema];
