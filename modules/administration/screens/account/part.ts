import type { AccountPage } from '@mach/engine/identity/account.ts';

/** What each part of the account page is given. */
export interface PartProps {
  readonly page: AccountPage;
  readonly reload: () => Promise<void>;
}
