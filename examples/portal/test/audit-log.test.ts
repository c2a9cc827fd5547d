import { describe, expect, it } from 'vitest';
import { createAuditLog } from '../src/audit-log.js';
import { NOW } from './support/fake-service.js';

describe('createAuditLog', () => {
  const start = (most?: Parameters<typeof createAuditLog>[2]) => {
    const lines: string[] = [];
    return {
      lines,
      ring: createAuditLog(
        (line) => lines.push(line),
        () => NOW,
        most,
      ),
    };
  };

  it('keeps the newest, finds by every field, and pages backwards', () => {
    const { lines, ring } = start({ events: 3, characters: 10_000 });
    for (const user of ['a', 'b', 'c', 'd']) {
      ring.add({
        type: 'aws.request.denied',
        time: '2026-11-20T12:00:00Z',
        user,
        app: { name: 'x' },
        outcome: 'denied',
      });
    }
    expect(lines).toHaveLength(4);
    expect(ring.find({}).map(({ user }) => user)).toEqual(['d', 'c', 'b']);
    expect(ring.find({ limit: 1, before: 4 }).map(({ number }) => number)).toEqual([3]);
    const all = { user: 'b', app: 'x', type: 'aws.request', outcome: 'denied' };
    expect(ring.find(all)).toHaveLength(1);
    expect(ring.find(all)[0]?.event).toMatchObject({ user: 'b', app: { name: 'x' } });
    expect(ring.find({ after: '2026-11-20T12:00:01Z' })).toEqual([]);
    for (const filter of [{ user: 'a' }, { type: 'aws.req' }, { app: 'y' }, { before: 1 }]) {
      expect(ring.find(filter)).toEqual([]);
    }
    expect(ring.find({ limit: Number.NaN, before: -5 })).toEqual([]);
  });

  it('takes a time as a date, and its own where there is none', () => {
    const { ring } = start();
    ring.add({ type: 'join.token', time: new Date('2026-11-20T11:00:00Z'), outcome: 'joined' });
    ring.add({ tokenName: 'ci', outcome: 'joined' });
    expect(ring.find({})).toMatchObject([
      { type: 'join.iam', user: 'ci', time: NOW.toISOString() },
      { type: 'join.token', time: '2026-11-20T11:00:00.000Z' },
    ]);
  });

  it('cuts long texts, in the file too', () => {
    const { lines, ring } = start();
    ring.add({ type: 't', user: 'u'.repeat(9_000), deep: { agent: 'x'.repeat(250_000) } });
    expect(lines[0]?.length).toBeLessThan(4_500);
    expect(JSON.parse(lines[0] ?? '').deep.agent).toMatch(/^x{2048}… \(250000 characters\)$/);
    expect(ring.find({})[0]?.user).toHaveLength(2_048);
  });

  it('holds no more than so many characters, whatever the events are like', () => {
    const { ring } = start({ events: 5_000, characters: 10_000 });
    for (let count = 0; count < 100; count += 1) ring.add({ type: 't', text: 'x'.repeat(2_000) });
    expect(ring.find({}).map(({ number }) => number)).toEqual([100, 99, 98, 97]);
    // One that is larger than all of it is written, and not kept.
    ring.add({ type: 't', texts: Array.from({ length: 10 }, () => 'x'.repeat(2_000)) });
    expect(ring.find({})).toEqual([]);
    ring.add({ type: 'next' });
    expect(ring.find({})).toHaveLength(1);
  });
});
