import type { ComponentType, ReactNode } from 'react';
import type { IconName } from '../icons/paths.ts';
import type { Chord } from '../keys/chord.ts';
import type { KeyBinding } from '../keys/use-keys.ts';
import type { ScanRoute } from '../keys/use-scan.ts';
import type { Text } from '../texts/texts.ts';

/** The sections of the command palette, in their order. */
export type PaletteGroup = 'people' | 'command' | 'screen' | 'code' | 'help';

/** A line of the command palette. */
export interface PaletteItem {
  readonly id: string;
  readonly group: PaletteGroup;
  readonly title: string;
  /** Second line: birth year, room, description. */
  readonly detail?: string;
  readonly icon?: IconName;
  /** The direct key, printed beside the line. */
  readonly chord?: Chord;
  /** Further words it is found by. */
  readonly words?: string;
  readonly run: () => void;
}

/** Searches something on the server for the palette (people, codes). */
export interface PaletteSource {
  readonly id: string;
  readonly search: (query: string, signal: AbortSignal) => Promise<readonly PaletteItem[]>;
}

/** What the rail knows of a workspace before its code is loaded. */
export interface WorkspaceEntry {
  /** Also its address: `/reception`. Lower case, unique among all modules. */
  readonly id: string;
  readonly title: Text;
  readonly icon: IconName;
  /** One of these permissions opens it. None: it is everybody's, and stands in the user's menu, not in the rail. */
  readonly permissions: readonly string[];
  /** Place in the rail and in the choice of the landing workspace; small = first. */
  readonly order: number;
  readonly load: () => Promise<{ readonly default: Workspace }>;
  /**
   * A component that draws nothing and is mounted behind every workspace of who may open this one,
   * once the page is idle: a person search for the palette (`usePalette`), F3 (`useKeys`), the scan
   * of an identity card (`useScan`).
   */
  readonly everywhere?: () => Promise<{ readonly default: ComponentType }>;
}

/** A workspace: one role's home and everything that belongs to it. Default export of `screens/index.tsx`. */
export interface Workspace {
  /** Renders one `<WorkspaceFrame>`; reads what is open from `useRoute()`. */
  readonly Home: ComponentType;
}

/** The parts of the frame (design language §4.1). */
export interface WorkspaceFrameProps {
  /** Left column: the worklist. */
  readonly list?: ReactNode;
  readonly listTitle?: string;
  /** Number behind the title. */
  readonly listCount?: number;
  /** Filters, a "new" button: above the rows. */
  readonly listTools?: ReactNode;
  /** `<PatientBanner>`; never scrolls away. */
  readonly banner?: ReactNode;
  /** The one scrolling page. */
  readonly children: ReactNode;
  /** `<FinishBar>`. */
  readonly finish?: ReactNode;
  /** On a phone: whether the page (true) or the list (false) is in front. */
  readonly open?: boolean;
  /** On a phone: back from the page to the list. */
  readonly onBack?: () => void;
  readonly keys?: readonly KeyBinding[];
  readonly scans?: readonly ScanRoute[];
}

/** A patient that is open in the strip (at most five). */
export interface PatientTab {
  /** Visit, stay or person. */
  readonly key: string;
  readonly name: string;
  /** Bed, room or birth year: what tells two of the same name apart. */
  readonly place?: string;
  /** Workspace and path that show it again. */
  readonly workspace: string;
  readonly path: readonly string[];
  /** Something of it is parked unsaved: a dot. */
  readonly draft?: boolean;
}
