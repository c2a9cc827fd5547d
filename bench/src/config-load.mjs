// What loading resource documents costs, against the YAML library alone on the same text.

import { loadResources } from '@postern/config';
import { parseAllDocuments } from 'yaml';
import { environment, median } from './report.mjs';

const DOCUMENTS = 1000;
/** Loading may cost at most this much more than parsing alone. */
const GATE = 3;

function role(index) {
  return `kind: role
version: v7
metadata:
  name: role-${index}
  description: Access to project ${index}
  labels:
    team: platform
spec:
  options:
    max_session_ttl: 8h30m
    require_session_mfa: no
  allow:
    app_labels:
      env: [dev, staging]
      aws_account_id: "111122223333"
    aws_role_arns:
      - arn:aws:iam::111122223333:role/project-${index}-ro
      - arn:aws:iam::111122223333:role/project-${index}-rw
    rules:
      - resources: [app, role]
        verbs: [list, read]
  deny:
    app_labels:
      env: prod
`;
}

function milliseconds(task) {
  const start = performance.now();
  task();
  return performance.now() - start;
}

/** Both take turns, so that a busy machine slows both. */
export async function run({ quick = false } = {}) {
  const text = Array.from({ length: DOCUMENTS }, (_, index) => role(index)).join('---\n');
  const loaded = loadResources([{ text }]);
  if (loaded.resources.length !== DOCUMENTS || loaded.diagnostics.length > 0) {
    throw new Error('the documents of the bench do not load');
  }
  const yaml = [];
  const load = [];
  for (let round = 0; round < (quick ? 3 : 11); round += 1) {
    yaml.push(milliseconds(() => parseAllDocuments(text)));
    load.push(milliseconds(() => loadResources([{ text }])));
  }
  const ratio = median(load.map((value, index) => value / yaml[index]));
  const failures = ratio > GATE ? [`config-load: ${ratio.toFixed(2)}x yaml, at most ${GATE}x`] : [];
  const report = [
    `## Loading ${DOCUMENTS} role documents (${Math.round(text.length / 1024)} KiB)`,
    '',
    `${load.length} rounds; ${environment()}`,
    '',
    '| contender | ms (median) | times yaml | gate |',
    '| --- | ---: | ---: | ---: |',
    `| yaml: parse only, scalars typed | ${median(yaml).toFixed(1)} | 1.00 | |`,
    `| loadResources: parse, check, type, positions | ${median(load).toFixed(1)} | ${ratio.toFixed(2)} | ≤ ${GATE} |`,
  ];
  return { text: report.join('\n'), failures };
}
