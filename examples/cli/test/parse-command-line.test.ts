import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands/index.js';
import { parseCommandLine } from '../src/parse-command-line.js';

const options = ['--config', 'd', '--user', 'u', '--app', 'a'];
const parse = (...args: string[]) => parseCommandLine(args, commands, {});

describe('parseCommandLine', () => {
  it('leaves the words of the AWS CLI alone from the first one on', () => {
    const { command, words } = parse('aws', ...options, 's3', 'ls', '--region', 'eu-west-1', '-h');
    expect(command?.name).toBe('aws');
    expect(words).toEqual(['s3', 'ls', '--region', 'eu-west-1', '-h']);
  });

  it('leaves them alone when they begin with an option of the AWS CLI', () => {
    expect(parse('aws', ...options, '--region', 'eu-west-1', 's3', 'ls').words).toEqual([
      '--region',
      'eu-west-1',
      's3',
      'ls',
    ]);
  });

  it('leaves everything behind -- alone', () => {
    expect(parse('aws', ...options, '--', '--user', 'x').words).toEqual(['--user', 'x']);
  });

  it('reads --name=value and letters', () => {
    const { options: values } = parse(
      'proxy',
      'aws',
      '--config=d',
      '--user=u',
      '--app=a',
      '-p',
      '23456',
    );
    expect(values).toMatchObject({ config: 'd', user: 'u', app: 'a', port: '23456' });
  });

  it('prefers an option to its environment variable', () => {
    const env = { POSTERN_USER: 'from-env', POSTERN_CONFIG: 'c', POSTERN_APP: 'x' };
    const { options: values } = parseCommandLine(['explain', '--user', 'u'], commands, env);
    expect(values).toMatchObject({ user: 'u', config: 'c', app: 'x' });
  });
});
