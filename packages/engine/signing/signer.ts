/** A signature over a text, with the chain that says whose it is. */
export interface Signature {
  /** Detached JWS (RFC 7515 appendix F), ES256, certificate chain in `x5c`. */
  jws: string;
  at: string;
  /** Subject of the certificate. */
  signer: string;
  /** Short serial number for print. */
  certificate: string;
}

/** Where signatures come from: test PKI, device key, token, HSM, remote authority. */
export interface Signer {
  /** Shown beside every signature; a test PKI says so. */
  readonly kind: 'test-pki' | 'device' | 'token' | 'hsm' | 'remote';
  sign(practitioner: string, text: string, at: string): Promise<Signature>;
  verify(text: string, signature: Signature): Promise<boolean>;
}
