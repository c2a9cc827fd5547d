/** What a gateway tells everybody. */
export interface GatewayInfo {
  readonly version: string;
  readonly publicAddress: string;
  readonly password: boolean;
  readonly browser: boolean;
}

/** A login as the gateway gave it; the token is a secret. */
export interface NewLogin {
  readonly token: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
}

export interface DeviceLogin {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verifyUrl: string;
  readonly intervalSeconds: number;
  readonly expiresAt: string;
}

export interface LoginStatus {
  readonly user: string;
  readonly roles: readonly string[];
  readonly expiresAt: string;
  readonly requests: readonly string[];
}

export interface AppRoleView {
  readonly arn: string;
  readonly name: string;
  readonly display: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly requestable: readonly string[];
}

export interface AppView {
  readonly name: string;
  readonly account: string;
  readonly partition: string;
  readonly uri: string;
  readonly roles: readonly AppRoleView[];
}

/** An app session with what is needed to use it; the secret key is worth nothing outside the gateway. */
export interface OpenedSession {
  readonly id: string;
  readonly app: string;
  readonly user: string;
  readonly roleArn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string | undefined;
  readonly expiresAt: string;
  readonly proxyUrl: string;
  readonly endpointUrl: string;
  readonly caCertificate: string;
}

export interface RequestView {
  readonly id: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly reason: string;
  readonly state: string;
  readonly reviews: readonly {
    readonly by: string;
    readonly verdict: string;
    readonly reason: string | undefined;
  }[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usable: boolean;
}

export interface WantedRequest {
  readonly roles: readonly string[];
  readonly reason: string;
  readonly app?: string | undefined;
  readonly awsRole?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

/** Who wants what: ARN, name, or nothing when only one role is usable. */
export interface WantedRole {
  readonly app: string;
  readonly awsRole?: string | undefined;
}
