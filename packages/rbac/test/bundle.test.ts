import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A program that asks the whole package. */
const WHOLE = `
        import { compileRole, createRoleSet, evaluateAwsAccess, explainDecision, listAwsRoleArns } from './index.js';
        const role = compileRole({
          version: 'v7',
          metadata: { name: 'dev' },
          spec: { allow: {
            app_labels: { env: '^(dev|qa)$' },
            app_labels_expression: 'labels["env"] != "prod"',
            aws_role_arns: ['arn:aws:iam::111122223333:role/{{email.local(external.email)}}'],
          } },
        });
        const roles = createRoleSet([role], { metadata: { name: 'dana' }, spec: { traits: { email: ['dana@example.com'] } } });
        const app = { metadata: { name: 'console', labels: { env: 'qa' } }, spec: { uri: 'https://console.aws.amazon.com/' } };
        const roleArn = 'arn:aws:iam::111122223333:role/dana';
        const decision = evaluateAwsAccess(roles, { app, roleArn, now: new Date(0) });
        globalThis.answer = JSON.stringify([decision.code, explainDecision(decision).includes('dana'), listAwsRoleArns(roles, app)]);
      `;

/** The same question to the core alone. */
const CORE = `
        import { compileRole, createRoleSet, evaluateAwsAccess, loadLanguages } from './core/index.js';
        const allow = {
          app_labels: { env: '^(dev|qa)$' },
          app_labels_expression: 'labels["env"] != "prod"',
          aws_role_arns: ['arn:aws:iam::111122223333:role/{{email.local(external.email)}}'],
        };
        const document = { version: 'v7', metadata: { name: 'dev' }, spec: { allow } };
        const user = { metadata: { name: 'dana' }, spec: { traits: { email: ['dana@example.com'] } } };
        const app = { metadata: { name: 'console', labels: { env: 'qa' } }, spec: { uri: 'https://console.aws.amazon.com/' } };
        const roleArn = 'arn:aws:iam::111122223333:role/dana';
        globalThis.answer = loadLanguages([document], { users: [user] }).then((languages) => {
          const roles = createRoleSet([compileRole(document, { languages })], user, { languages });
          return evaluateAwsAccess(roles, { app, roleArn, now: new Date(0) }).code;
        });
      `;

/** What a page or a worker would do: everything bundled, nothing of node. */
async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: {
      contents,
      resolveDir: source('rbac/src'),
      loader: 'ts',
    },
    alias: {
      '@postern/config/aws': source('config/src/aws/index.ts'),
      '@postern/config/duration': source('config/src/duration/duration.ts'),
      '@postern/config/wildcard': source('config/src/wildcard/compile.ts'),
    },
    bundle: true,
    format: 'iife',
    // A built-in of node would not resolve here.
    platform: 'browser',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

describe('the bundle', () => {
  let code = '';
  beforeAll(async () => {
    code = await bundle(WHOLE);
  });

  it('decides in a context that has the language and URL, nothing else', () => {
    const context = createContext({ URL });
    runInContext(code, context);
    expect(JSON.parse(String(context.answer))).toEqual([
      'granted',
      true,
      [
        {
          arn: 'arn:aws:iam::111122223333:role/dana',
          name: 'dana',
          display: 'dana',
          accountId: '111122223333',
        },
      ],
    ]);
  });

  it('of the core decides there too, with what it loads', async () => {
    const context = createContext({ URL });
    runInContext(await bundle(CORE), context);
    expect(await context.answer).toBe('granted');
  });

  it('holds no loader of documents and no module of node', () => {
    expect(code).not.toMatch(/\brequire\(["']node:|from ["']node:|YAMLError|ajv/);
  });

  it('asks for no clock, no randomness and no environment', () => {
    // The bundle names each file before its code; the paths depend on where the tests are started.
    const files = code
      .split(/^\s*\/\/ (?=(?:[\w./@-]+\.[cm]?[jt]s|<stdin>)$)/m)
      .filter((file) => /^(?:packages\/rbac\/)?src\//.test(file));
    const ours = files.join('');
    expect(files.length).toBeGreaterThan(50);
    expect(ours).not.toMatch(/Date\.now|Math\.random|process\.env|console\./);
  });
});
