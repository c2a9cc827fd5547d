import { describe, expect, it } from 'vitest';
import { resourceKinds, schemaFor } from '../src/index.js';
import { kindNames } from '../src/resources/registry.js';

describe('resourceKinds', () => {
  it('names the kinds that can be loaded, each with a schema', () => {
    expect([...resourceKinds].sort()).toEqual([...kindNames()].sort());
    for (const kind of resourceKinds) expect(schemaFor(kind)).toMatchObject({ title: kind });
  });
});
