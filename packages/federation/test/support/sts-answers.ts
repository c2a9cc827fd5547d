import type { ServerResponse } from 'node:http';
import type { Seen } from './loopback.js';

/** A successful answer of STS in its own wire format, for the call that was made. */
export function answerSession({ form }: Seen, response: ServerResponse, expiration: Date): void {
  const action = form.get('Action') ?? '';
  const [, , , , account, resource = ''] = (form.get('RoleArn') ?? '').split(':');
  const partition = (form.get('RoleArn') ?? '').split(':')[1];
  const name = resource.split('/').at(-1);
  const session = form.get('RoleSessionName');
  response.writeHead(200, { 'content-type': 'text/xml' }).end(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
    <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:${session}</AssumedRoleId>
    <Arn>arn:${partition}:sts::${account}:assumed-role/${name}/${session}</Arn></AssumedRoleUser>
    <Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
    <SessionToken>IQoJb3JpZ2luX2VjEXAMPLE//+/==</SessionToken>
    <Expiration>${expiration.toISOString()}</Expiration></Credentials>
    </${action}Result><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></${action}Response>`,
  );
}

/** A refusal of STS in its own wire format. */
export function answerError(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'req-1' })
    .end(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>the words of STS</Message></Error><RequestId>req-1</RequestId></ErrorResponse>`,
    );
}
