import {
  type Answer,
  readMoment,
  readObjects,
  readOptionalText,
  readText,
  readTexts,
} from './read-answer.js';
import type { AppView, NewLogin, OpenedSession, RequestView } from './types.js';

/** The one secret of a login, and what the person may know of it. */
export function readLogin(answer: Answer): NewLogin {
  return {
    token: readText(answer, 'token'),
    user: readText(answer, 'user'),
    roles: readTexts(answer, 'roles'),
    expiresAt: readMoment(answer, 'expiresAt'),
  };
}

export function readApp(answer: Answer): AppView {
  return {
    name: readText(answer, 'name'),
    account: readOptionalText(answer, 'account') ?? '',
    partition: readOptionalText(answer, 'partition') ?? '',
    uri: readOptionalText(answer, 'uri') ?? '',
    roles: readObjects(answer, 'roles').map((role) => ({
      arn: readText(role, 'arn'),
      name: readText(role, 'name'),
      display: readOptionalText(role, 'display') ?? readText(role, 'name'),
      status: readText(role, 'status'),
      reason: readOptionalText(role, 'reason'),
      requestable: readTexts(role, 'requestable'),
    })),
  };
}

export function readSession(answer: Answer): OpenedSession {
  return { ...readOpenApp(answer), caCertificate: readText(answer, 'caCertificate') };
}

/** What an open app is to the gateway and in its file alike: all but the certificate. */
export function readOpenApp(answer: Answer): Omit<OpenedSession, 'caCertificate'> {
  return {
    id: readText(answer, 'id'),
    app: readText(answer, 'app'),
    user: readText(answer, 'user'),
    roleArn: readText(answer, 'roleArn'),
    accessKeyId: readText(answer, 'accessKeyId'),
    secretAccessKey: readText(answer, 'secretAccessKey'),
    region: readOptionalText(answer, 'region') || undefined,
    expiresAt: readMoment(answer, 'expiresAt'),
    proxyUrl: readText(answer, 'proxyUrl'),
    endpointUrl: readText(answer, 'endpointUrl'),
  };
}

export function readRequest(answer: Answer): RequestView {
  return {
    id: readText(answer, 'id'),
    user: readText(answer, 'user'),
    roles: readTexts(answer, 'roles'),
    reason: readOptionalText(answer, 'reason') ?? '',
    state: readText(answer, 'state'),
    reviews: readObjects(answer, 'reviews').map((review) => ({
      by: readText(review, 'by'),
      verdict: readText(review, 'verdict'),
      reason: readOptionalText(review, 'reason') || undefined,
    })),
    createdAt: readMoment(answer, 'createdAt'),
    expiresAt: readMoment(answer, 'expiresAt'),
    usable: answer.usable === true,
  };
}
