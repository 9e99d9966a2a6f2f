import type { ReactElement, ReactNode } from 'react';
import { PersonName } from '../clinical/person-name.tsx';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import './work-row.css';

/** How loud the edge of a row is. Shape and word go with it: see `mark`. */
export type Edge = 'none' | 'info' | 'ok' | 'warn' | 'critical';

export interface WorkRowProps {
  readonly edge?: Edge;
  /** Number, bed or code before the name ("0126", "P.201-01"). */
  readonly lead?: string;
  /** The person; the given name is emphasised. */
  readonly name: string;
  /** Years or short age after the name. */
  readonly age?: string;
  /** Word that goes with the edge colour ("KQ đủ", "Ưu tiên"), so that colour is never alone. */
  readonly mark?: { readonly text: string; readonly icon?: IconName };
  /** Why here, or what comes next. */
  readonly next?: ReactNode;
  /** Waiting clock ("18′"); `late` makes it amber, `overdue` red, both with an icon. */
  readonly clock?: string;
  readonly clockTitle?: string;
  readonly lateness?: 'late' | 'overdue';
  /** Chips: "Trùng tên", "Thai"… */
  readonly chips?: ReactNode;
  readonly owner?: string;
  /** Changed since this person last looked. */
  readonly fresh?: boolean;
  /** The one primary action of the row, shown on hover, focus and touch. */
  readonly action?: ReactNode;
}

/** A row of a worklist: edge bar · who · why here · next action · clock. */
export function WorkRow(props: WorkRowProps): ReactElement {
  const {
    edge = 'none',
    lead,
    name,
    age,
    mark,
    next,
    clock,
    clockTitle,
    lateness,
    chips,
    owner,
    fresh,
    action,
  } = props;
  return (
    <div className={`m-workrow m-edge-${edge}`}>
      <div className="m-workrow-top">
        {lead && <span className="m-workrow-lead">{lead}</span>}
        <span className="m-workrow-name">
          <PersonName name={name} />
        </span>
        {age && <span className="m-workrow-age">{age}</span>}
        {fresh && <span className="m-workrow-dot" />}
        {clock && (
          <span className={`m-workrow-clock${lateness ? ` m-workrow-${lateness}` : ''}`} title={clockTitle}>
            {lateness && <Icon name={lateness === 'overdue' ? 'warn' : 'clock'} size={16} />}
            {clock}
          </span>
        )}
      </div>
      {(mark || next || chips || owner) && (
        <div className="m-workrow-low">
          {mark && (
            <span className="m-workrow-mark">
              {mark.icon && <Icon name={mark.icon} size={16} />}
              {mark.text}
            </span>
          )}
          {next && <span className="m-workrow-next">{next}</span>}
          {chips}
          {owner && <span className="m-workrow-owner">{owner}</span>}
        </div>
      )}
      {action && <div className="m-workrow-action">{action}</div>}
    </div>
  );
}
