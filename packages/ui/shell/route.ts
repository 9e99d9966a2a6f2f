import { createContext, useContext } from 'react';

/** Where the person is, and how to go elsewhere. Injected by the app's router. */
export interface Route {
  readonly workspace: string;
  /** What follows the workspace in the address: `/outpatient/visit/123` → `['visit', '123']`. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  /** Goes inside the workspace. `replace` leaves no step back. */
  readonly go: (path: readonly string[], options?: GoOptions) => void;
  readonly goTo: (workspace: string, path?: readonly string[], options?: GoOptions) => void;
}

export interface GoOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly replace?: boolean;
}

export const RouteContext = createContext<Route | null>(null);

/** The address of the workspace: `const { path, go } = useRoute(); go(['visit', id])`. */
export function useRoute(): Route {
  const route = useContext(RouteContext);
  if (!route) throw new Error('useRoute outside the shell');
  return route;
}
