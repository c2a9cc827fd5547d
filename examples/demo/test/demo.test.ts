import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runDemo } from '../src/run-demo.js';
import { createStory } from '../src/story.js';

describe('runDemo', () => {
  it('tells the whole story without a failure, a colour or a secret', async () => {
    const lines: string[] = [];
    const story = createStory((line) => lines.push(line), false);
    const resources = fileURLToPath(new URL('../../gateway/resources', import.meta.url));
    await runDemo(story, resources, () => new Date());
    const text = lines.join('\n');
    expect(lines.filter((line) => line.startsWith(' ✗'))).toEqual([]);
    expect(story.failures).toBe(0);
    expect(story.checks).toBeGreaterThan(25);
    expect(text).toContain('AccessDeniedException');
    expect(text).toContain('no-rule-matched');
    expect(text).not.toContain('\u001b');
    expect(text).not.toMatch(/SigninToken=(?!REDACTED)/);
  }, 60_000);
});

describe('createStory', () => {
  it('counts a step that ends in an exception as failed and goes on', async () => {
    const lines: string[] = [];
    const story = createStory((line) => lines.push(line), true);
    await story.step('one', async () => {
      throw new TypeError('boom');
    });
    await story.step('two', async () => story.check('fine', true));
    expect([story.checks, story.failures]).toEqual([2, 1]);
    expect(lines.join('\n')).toContain('TypeError: boom');
    expect(lines.join('\n')).toContain('\u001b[32m✓');
  });
});
