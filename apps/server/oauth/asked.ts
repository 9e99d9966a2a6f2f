import { parseScope, scopeCovers, unionFault } from '@mach/engine';
import type { RegisteredApp } from './apps.ts';

/** Scopes without a record behind them, and what they stand for on the consent page. */
export const STATIC_SCOPES = [
  'openid',
  'profile',
  'fhirUser',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
] as const;

const isStatic = (scope: string): boolean => (STATIC_SCOPES as readonly string[]).includes(scope);
export const isRecordScope = (scope: string): boolean => /^(patient|user|system)\//.test(scope);

export interface Asked {
  /** What this app may be given of what it asked for. */
  readonly allowed: readonly string[];
  /** A type for which the scopes together say what cannot be held on every door. */
  readonly fault: string | undefined;
}

/** What an app may be given at most: what is well-formed, and within what was registered for it. */
export function allowedScopes(app: RegisteredApp, asked: readonly string[], forPerson: boolean): Asked {
  const registered = app.scopes.flatMap((text) => parseScope(text) ?? []);
  const allowed = asked.filter((text) => {
    if (!isRecordScope(text)) return forPerson && isStatic(text);
    const scope = parseScope(text);
    if (!scope || (scope.context === 'system') === forPerson) return false;
    return registered.some((wide) => scopeCovers(wide, scope));
  });
  return { allowed, fault: unionFault(allowed) };
}

/** The scopes of an app that works by itself and names none. */
export const ownScopes = (app: RegisteredApp): string => app.scopes.filter((s) => s.startsWith('system/')).join(' ');
