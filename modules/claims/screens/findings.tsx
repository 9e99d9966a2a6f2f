import { Button, Card, Chip, Empty, money, usePick, useRoute, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { ClaimFinding, ClaimRow } from '../contract.ts';
import { addressOf, type Cause, groupFindings } from './groups.ts';
import { texts } from './texts.ts';

const TITLES = {
  portal: 'groupPortal',
  person: 'groupPerson',
  card: 'groupCard',
  visit: 'groupVisit',
  results: 'groupResults',
  money: 'groupMoney',
  catalogue: 'groupCatalogue',
  other: 'groupOther',
} as const satisfies Record<Cause, keyof typeof texts.vi>;
const TONES = { error: 'critical', warning: 'warn', information: 'info' } as const;

/** What the rules or the portal object to, by root cause, each with the way to where it is mended. */
export function Findings(props: { readonly findings: readonly ClaimFinding[]; readonly row: ClaimRow }): ReactElement {
  const { findings, row } = props;
  const t = useTexts(texts);
  const groups = groupFindings(findings);
  if (groups.length === 0)
    return <Empty icon="check" title={t('clean')} hint={row.state === 'checked' ? t('cleanHint') : undefined} />;
  return (
    <div className="claim-groups">
      {groups.map((group) => (
        <Card
          key={group.cause}
          title={t(TITLES[group.cause])}
          tone={group.cause === 'portal' ? 'critical' : 'plain'}
          side={group.money > 0 && <span>{t('moneyRisk', { amount: money(Math.round(group.money)) })}</span>}
        >
          <ul className="claim-findings">
            {group.findings.map((finding) => (
              <Finding key={`${finding.code}-${finding.field ?? finding.text.vi}`} finding={finding} row={row} />
            ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}

function Finding({ finding, row }: { readonly finding: ClaimFinding; readonly row: ClaimRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const { goTo } = useRoute();
  const address = addressOf(finding, row);
  return (
    <li className="claim-finding">
      <Chip tone={TONES[finding.severity]}>{t(finding.severity)}</Chip>
      <div className="claim-finding-text">
        <p>{pick(finding.text)}</p>
        {finding.remedy && <p className="claim-finding-remedy">{pick(finding.remedy)}</p>}
        <p className="claim-finding-field">
          {finding.field && <span className="m-code">{finding.field}</span>}
          {finding.money > 0 && finding.severity === 'error' && <span>{money(Math.round(finding.money))}</span>}
        </p>
      </div>
      {address && (
        <Button
          size="small"
          icon="edit"
          onClick={() => goTo(address.workspace, address.path, { query: { field: finding.source?.field ?? '' } })}
        >
          {t('fix')}
        </Button>
      )}
    </li>
  );
}
