import type { AwsRoleChoice } from './to-aws-role-choices.js';

/** Choices sorted by their short name, upper and lower case alike; equal names keep their order. */
export function sortAwsRoleChoices(choices: readonly AwsRoleChoice[]): readonly AwsRoleChoice[] {
  return choices
    .map((choice) => ({ choice, key: choice.display.toLowerCase() }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ choice }) => choice);
}
