import { describe, expect, it } from 'vitest';
import { KeyCaches } from '../../src/handle/key-caches.js';
import { VendedSession } from '../../src/vended/vended-sessions.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const READER = { roleArn: 'arn:aws:iam::123456789012:role/reader' };
const WRITER = { roleArn: 'arn:aws:iam::123456789012:role/writer' };
const keys = (accessKeyId: string, endsIn?: number) => ({
  accessKeyId,
  secretAccessKey: 'secret',
  ...(endsIn === undefined ? {} : { expiration: new Date(NOW + endsIn) }),
});

function setup() {
  const caches = new KeyCaches();
  const forgotten: string[] = [];
  for (const name of ['client', 'upstream'] as const) {
    const { forget } = caches[name];
    caches[name].forget = (id) => {
      forgotten.push(`${name} ${id}`);
      forget.call(caches[name], id);
    };
  }
  return { caches, forgotten };
}

describe('KeyCaches', () => {
  it('drop the keys of a client and of its role sessions when another process revokes it', () => {
    const { caches, forgotten } = setup();
    caches.pair('SP00CLIENT', READER, keys('ASIAFIRST'), NOW);
    caches.pair('SP00CLIENT', READER, keys('ASIASECOND'), NOW);
    caches.pair('SP00CLIENT', WRITER, keys('ASIAWRITER'), NOW);
    caches.onRevoked('SP00CLIENT');
    caches.onRevoked('SP00CLIENT');
    expect(forgotten).toEqual([
      'upstream ASIAFIRST',
      'client SP00CLIENT',
      'upstream ASIASECOND',
      'upstream ASIAWRITER',
      'client SP00CLIENT',
    ]);
  });

  it('keep the keys of two roles that a client uses in turn, and of two sessions of one role', () => {
    const { caches, forgotten } = setup();
    for (let i = 0; i < 3; i += 1) {
      caches.pair('SP00CLIENT', READER, keys('ASIAREADER'), NOW);
      caches.pair('SP00CLIENT', WRITER, keys('ASIAWRITER'), NOW);
      caches.pair('SP00CLIENT', { ...READER, sessionName: 'other' }, keys('ASIAOTHER'), NOW);
    }
    expect(forgotten).toEqual([]);
  });

  it('drop the keys of role sessions that have ended, whoever comes next', () => {
    const { caches, forgotten } = setup();
    caches.pair('SP00ONE', READER, keys('ASIASHORT', 1_000), NOW);
    caches.pair('SP00ONE', WRITER, keys('ASIALONG', 2_000), NOW);
    caches.pair('SP00TWO', READER, keys('ASIAENDLESS'), NOW + 999);
    expect(forgotten).toEqual([]);
    caches.pair('SP00TWO', READER, keys('ASIAENDLESS'), NOW + 1_000);
    expect(forgotten).toEqual(['upstream ASIASHORT']);
    caches.pair('SP00TWO', READER, keys('ASIAENDLESS'), NOW + 2_000);
    expect(forgotten).toEqual(['upstream ASIASHORT', 'upstream ASIALONG']);
  });

  it('keep no more roles of a client than it can use', () => {
    const { caches, forgotten } = setup();
    for (let i = 0; i < 33; i += 1) {
      caches.pair('SP00CLIENT', { roleArn: `role ${i}` }, keys(`ASIA${i}`), NOW);
    }
    expect(forgotten).toEqual(['upstream ASIA0']);
  });

  it('drop both keys of a session that was handed out', () => {
    const { caches, forgotten } = setup();
    const real = { accessKeyId: 'ASIAREAL', secretAccessKey: 's', sessionToken: 't' };
    const session = { mode: 'virtual', ownerKeyId: 'SP00', rootKeyId: 'SP00', real } as const;
    const client = { ...real, accessKeyId: 'SV00CLIENT' };
    caches.onDropped(new VendedSession(session, client, new Date(NOW), ['SP00']));
    expect(forgotten).toEqual(['client SV00CLIENT', 'upstream ASIAREAL']);
  });
});
