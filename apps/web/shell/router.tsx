import { type Route as MachRoute, RouteContext, useSession, type WorkspaceEntry } from '@mach/ui';
import {
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  useNavigate,
  useParams,
  useSearch,
} from '@tanstack/react-router';
import { createContext, type ReactElement, useContext, useMemo, useState } from 'react';
import { Shell } from './shell.tsx';

interface Scope {
  readonly workspaces: readonly WorkspaceEntry[];
  readonly onSignOut: () => void;
}

const ScopeContext = createContext<Scope>({ workspaces: [], onSignOut: () => undefined });

function address(workspace: string, path: readonly string[]): string {
  return `/${[workspace, ...path].map(encodeURIComponent).join('/')}`;
}

/** Gives the screens their address and draws the shell round them. */
function Place(): ReactElement {
  const { workspaces, onSignOut } = useContext(ScopeContext);
  const { _splat = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const { permissions } = useSession().user;
  const mine = useMemo(
    () => workspaces.filter(({ permissions: any }) => any.length === 0 || any.some((one) => permissions.includes(one))),
    [workspaces, permissions],
  );
  const route = useMemo<MachRoute>(() => {
    const [workspace = '', ...path] = _splat.split('/').filter(Boolean);
    const goTo: MachRoute['goTo'] = (to, next = [], options = {}) =>
      void navigate({ to: address(to, next), search: options.query ?? {}, replace: options.replace });
    return {
      workspace,
      path,
      query: search as Readonly<Record<string, string>>,
      goTo,
      go: (next, options) => goTo(workspace, next, options),
    };
  }, [_splat, search, navigate]);
  return (
    <RouteContext value={route}>
      <Shell workspaces={mine} onSignOut={onSignOut} />
    </RouteContext>
  );
}

function makeRouter() {
  const root = createRootRoute();
  const place = createRoute({ getParentRoute: () => root, path: '$', component: Place });
  const home = createRoute({ getParentRoute: () => root, path: '/', component: Place });
  return createRouter({
    routeTree: root.addChildren([home, place]),
    // Query values stay the plain text that they are: codes with leading zeros must not become numbers.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text ? `?${text}` : '';
    },
  });
}

/** The addresses of the app: `/{workspace}/{path…}`. */
export function AppRouter(scope: Scope): ReactElement {
  const [router] = useState(makeRouter);
  return (
    <ScopeContext value={scope}>
      <RouterProvider router={router} />
    </ScopeContext>
  );
}
