import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** Passkeys need a secure context and a host name; an IP address has none. */
export function passkeysWork(): boolean {
  const { hostname } = window.location;
  return window.isSecureContext && 'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(hostname);
}

/** Asks the authenticator. Undefined when the person closed its question. */
export async function showPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<object | undefined> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return startAuthentication({ optionsJSON: options }).catch(giveUp);
}

/** Makes a passkey. Undefined when the person closed the question. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<object | undefined> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  return startRegistration({ optionsJSON: options }).catch(giveUp);
}

function giveUp(error: unknown): undefined {
  if (error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return undefined;
  throw error;
}
