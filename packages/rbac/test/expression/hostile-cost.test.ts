import { describe, expect, it } from 'vitest';
import {
  compileLabelExpression,
  compileTemplate,
  mapConnectorClaims,
  matchLabels,
  RbacError,
} from '../../src/index.js';

/** 4 KiB of each, chosen to hurt engines that backtrack or build everything first. */
const PATTERNS = [
  // Within the cap on length, so that something else has to bound them.
  `^(?i)${'[\u0100-\ud7a3]'.repeat(170)}$`,
  `^${'[:'.repeat(1000)}$`,
  `^${'['.repeat(2000)}$`,
  `^${'.?'.repeat(1000)}$`,
  '^(a?){500}$',
  `^${'(((a*)*)*)*'.repeat(180)}$`,
  `^${'(a+)+'.repeat(800)}$`,
  `^${'a{1000}'.repeat(580)}$`,
  `^${'(a?){50}'.repeat(500)}$`,
  `^${'[\\pL\\pN]'.repeat(450)}$`,
  `^${'('.repeat(2000)}${')'.repeat(2000)}$`,
  `^(?i)${'[a-z]{0,99}'.repeat(370)}$`,
  '*a'.repeat(2048),
  `${'*'.repeat(4095)}b`,
];

const EXPRESSIONS = [
  '('.repeat(4096),
  '!'.repeat(4096),
  '/*'.repeat(2048),
  '"\\'.repeat(2048),
  'a.'.repeat(2048),
  'labels["x"]=="y"||'.repeat(227),
  `contains(set(${'"a",'.repeat(1000)}), "b")`,
  ' '.repeat(4096),
];

/**
 * Process time, in steps of a whole call: the bound is for a hang, not for speed. What is refused is refused by its length
 * or size, and the rest is linear.
 */
describe('4 KiB of hostile text', () => {
  const subject = 'a'.repeat(4096);

  it.each(PATTERNS)('as a label pattern is answered: %.20s', (pattern) => {
    expect(['no-match', 'match', 'error']).toContain(
      matchLabels({ env: pattern }, { env: subject }),
    );
  });

  it.each(PATTERNS)('as a connector pattern is answered: %.20s', (value) => {
    const mapping = {
      kind: 'oidc',
      spec: { claims_to_roles: [{ claim: 'g', value, roles: ['$1'] }] },
    } as const;
    expect(mapConnectorClaims(mapping, { g: subject }).roles.length).toBeLessThan(2);
  });

  it('as a mapping that multiplies gives no role of any such size', () => {
    const roles = ['$0'.repeat(2048)];
    const mapping = {
      kind: 'oidc',
      spec: { claims_to_roles: [{ claim: 'g', value: '^|a|$', roles }] },
    } as const;
    expect(mapConnectorClaims(mapping, { g: subject }).roles).toEqual([]);
  });

  it('as templates that multiply fail', () => {
    const grow = '$0'.repeat(300);
    const text = `{{regexp.replace(regexp.replace(external.x, ".", "${grow}"), ".", "${grow}")}}`;
    expect(compileTemplate(text).expand({ x: ['a'.repeat(200)] })).toMatchObject({ error: 'eval' });
  });

  it.each(EXPRESSIONS)('as an expression is refused or answered: %.20s', (text) => {
    try {
      const result = compileLabelExpression(text).evaluate({ labels: {}, traits: {} });
      expect(result).toBeDefined();
    } catch (error) {
      expect(error).toBeInstanceOf(RbacError);
    }
  });

  it('as a mail address fails', () => {
    const email = ['(a)'.repeat(1365), 'a.'.repeat(2048), '"'.repeat(4096)];
    expect(compileTemplate('{{email.local(external.email)}}').expand({ email })).toMatchObject({
      error: 'eval',
    });
  });
});
