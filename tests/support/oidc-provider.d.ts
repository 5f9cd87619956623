// The provider brings no types.
declare module 'oidc-provider' {
  export class Provider {
    constructor(issuer: string, options: object);
    callback(): (...all: unknown[]) => void;
  }
}
