import { type Away, Button, Chip, formatTime, type KeptAct, TextField, usePick, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { fixesFor } from './fixes.ts';
import { texts } from './texts.ts';

const TONE = { kept: 'neutral', waiting: 'neutral', refused: 'warn' } as const;

/** One act that waits on this device; a refused one says why, what helps, and is settled here. */
export function KeptActRow(props: {
  readonly act: KeptAct;
  readonly away: Away;
  readonly down: boolean;
  readonly onDone: () => void;
}): ReactElement {
  const { act, away, down } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const fixes = fixesFor(act);

  async function settle(work: Promise<void>): Promise<void> {
    setBusy(true);
    setFailed(false);
    await work.catch(() => setFailed(true));
    setBusy(false);
  }

  return (
    <li className="w-act" data-state={act.state}>
      <div className="w-act-head">
        <b>{act.name}</b>
        <Chip tone={TONE[act.state]}>{t(act.state)}</Chip>
      </div>
      <div className="w-act-what">
        {[pick(act.title), act.detail, t('performed', { time: formatTime(act.performedAt) })]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {act.issues.map((issue) => (
        <div key={`${issue.code}${issue.field}`} className="w-act-issue">
          <p>{pick(issue.text)}</p>
          {issue.remedy && <p className="w-act-remedy">{pick(issue.remedy)}</p>}
          {fixes
            .filter((fix) => fix.field === (issue.field ?? ''))
            .map((fix) => (
              <Button
                key={fix.label}
                size="small"
                disabled={down || busy}
                onClick={() => void settle(away.again(act.id, fix.change))}
              >
                {t(fix.label)}
              </Button>
            ))}
        </div>
      ))}
      {act.state === 'refused' && reason === null && (
        <div className="w-act-tools">
          <Button size="small" icon="sync" busy={busy} disabled={down} onClick={() => void settle(away.again(act.id))}>
            {t('again')}
          </Button>
          <Button size="small" look="quiet" disabled={down || busy} onClick={() => setReason('')}>
            {t('aside')}
          </Button>
        </div>
      )}
      {reason !== null && (
        <div className="w-act-aside">
          <TextField
            label={t('asideWhy')}
            required
            value={reason}
            onChange={setReason}
            hint={t('asideHint')}
            maxLength={300}
          />
          <div className="w-act-tools">
            <Button size="small" look="quiet" onClick={() => setReason(null)}>
              {t('cancel')}
            </Button>
            <Button
              size="small"
              look="primary"
              busy={busy}
              disabled={reason.trim().length < 2 || down}
              onClick={() => void settle(away.setAside(act.id, reason.trim()))}
            >
              {t('asideDo')}
            </Button>
          </div>
        </div>
      )}
      {failed && <p className="w-act-issue">{t('asideFailed')}</p>}
    </li>
  );
}
