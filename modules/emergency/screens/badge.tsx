import { cx, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { Level, TriagePack } from '../rules/triage-pack.ts';
import { texts } from './texts.ts';

/** Outlines of the five shapes in a box of 24: told apart without any colour. */
const SHAPES: Readonly<Record<Level, ReactElement>> = {
  1: <path d="M12 1 23 12 12 23 1 12Z" />,
  2: <path d="M12 1.5 23.5 22H.5Z" />,
  3: <circle cx="12" cy="12" r="11" />,
  4: <rect x="1.5" y="1.5" width="21" height="21" rx="2" />,
  5: <circle cx="12" cy="12" r="10" />,
};

/** Triage level: number in a shape in a colour, with the word beside it where there is room. */
export function LevelBadge(props: {
  readonly level: number | null;
  readonly pack: TriagePack | undefined;
  readonly word?: boolean;
  readonly large?: boolean;
}): ReactElement {
  const { level, pack, word, large } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const known = level === null ? undefined : pack?.levels.get(level as Level);
  const name = known ? pick(known.text) : t('notTriaged');
  const label = level === null ? name : t('levelNamed', { n: level, name });
  return (
    <span className={cx('em-level', large && 'em-level-large')} data-level={level ?? 'none'}>
      <svg viewBox="0 0 24 24" role="img" aria-label={label}>
        <title>{label}</title>
        {level === null ? (
          <rect x="2" y="2" width="20" height="20" rx="10" strokeDasharray="4 3" />
        ) : (
          SHAPES[level as Level]
        )}
        <text x="12" y={level === 2 ? 19.5 : 16.8}>
          {level ?? '?'}
        </text>
      </svg>
      {word && <span className="em-level-word">{name}</span>}
    </span>
  );
}
