import { useLanguage } from '@mach/ui';
import { ROLE_NAMES } from '../house/role-names.ts';

/** The name of a role in the language of the screen. */
export function useRoleName(): (role: string) => string {
  const language = useLanguage();
  return (role) => ROLE_NAMES[role]?.[language] ?? role;
}
