import type { Text } from '@mach/base';
import type { Context } from '../validation/context.ts';
import type { Membership } from './bindings.ts';
import type { ElementNode, ProfileTree } from './tree.ts';

/** Checks a value of an element at the context's location; `sibling` holds id and extensions of a primitive. */
export type ItemCheck = (value: unknown, type: string, sibling: unknown, ctx: Context) => void;

/** What a profile needs of the others, and where it writes what it cannot do. */
export interface CompileEnv {
  /** Another profile; its check may be filled in later, as profiles may refer to each other. */
  profile(url: string): { readonly tree: ProfileTree; item: ItemCheck } | undefined;
  members(valueSet: string): Membership | undefined;
  gap(text: Text): void;
}

/** Makes checks out of nodes of one profile. */
export interface Compiler {
  readonly env: CompileEnv;
  /** The check of a value against all that the node and its children say. */
  item(node: ElementNode): ItemCheck;
}
