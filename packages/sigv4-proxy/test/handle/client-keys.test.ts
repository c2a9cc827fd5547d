import { describe, expect, it } from 'vitest';
import { createClientKeys } from '../../src/handle/client-keys.js';
import { LOCAL } from '../support/credentials.js';
import { makeProxy } from '../support/make-proxy.js';

describe('createClientKeys', () => {
  it('takes no key of another name for the one that was asked for', async () => {
    const { proxy } = makeProxy({});
    const authenticate = async () => ({ ...LOCAL, session: { user: 'alice' } });
    const keys = createClientKeys({ authenticate }, proxy.runtime);
    expect((await keys.find(LOCAL.accessKeyId))?.session.user).toBe('alice');
    expect(await keys.find('AKIASOMEBODYELSE0001')).toBe(undefined);
    await proxy.close();
  });
});
