import { fileURLToPath } from 'node:url';
import { runDemo } from './run-demo.js';
import { createStory } from './story.js';

// The SDK's note about coming Node versions is true, but no part of this story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const story = createStory(
  (line) => process.stdout.write(`${line}\n`),
  process.stdout.isTTY === true && !process.env.NO_COLOR,
);
const resources = fileURLToPath(new URL('../../gateway/resources', import.meta.url));
try {
  await runDemo(story, resources, () => new Date());
} catch (error) {
  // Before the first step: a document that is wrong, most likely.
  story.check(`the demo did not start: ${error instanceof Error ? error.message : error}`, false);
}

// Exit code 0 says that every step behaved.
process.stdout.write(`\n${story.checks - story.failures} passed, ${story.failures} failed\n`);
process.exit(story.failures > 0 ? 1 : 0);
