import { map } from '../shape/map.js';
import { kept } from '../shape/scalars.js';
import { required, withDefault } from '../shape/shape.js';
import { oneOf, text } from '../shape/text.js';
import type { AppServer, AppServerSpec, NestedApp } from '../types/app.js';
import { appSpecShape } from './app.js';
import { checkDnsLabel, kindShape, metadataShape, versionShape } from './envelope.js';

const nestedAppShape = map<NestedApp>()({
  kind: withDefault(oneOf(['app']), 'app'),
  version: versionShape(['v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadataShape(checkDnsLabel)),
  spec: required(appSpecShape),
});

/** An app_server document. */
export const appServerShape = map<AppServer>()({
  kind: kindShape('app_server'),
  version: versionShape(['v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadataShape()),
  spec: required(
    map<AppServerSpec>()({
      host_id: required(text()),
      app: required(nestedAppShape),
      hostname: text(),
      version: text(),
      rotation: kept(),
      proxy_ids: kept(),
    }),
  ),
});
