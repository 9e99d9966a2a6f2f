import type { ReactElement } from 'react';
import { IconButton } from '../base/button.tsx';
import { PersonName } from '../clinical/person-name.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './patient-strip.css';
import { closePatient, usePatients } from './patients.ts';
import { useRoute } from './route.ts';

/** The open patients, each with its colour edge, name and place. Shown from the second one on. */
export function PatientStrip(): ReactElement | null {
  const { tabs, active } = usePatients();
  const route = useRoute();
  const t = useTexts(uiTexts);
  if (tabs.length < 2) return null;
  return (
    <nav className="m-strip" aria-label={t('patients')}>
      {tabs.map((tab) => (
        <div
          key={tab.key}
          className="m-strip-tab"
          data-on={tab.key === active || undefined}
          style={{ '--edge': `var(--tab-${tab.edge})` } as React.CSSProperties}
        >
          <button
            type="button"
            className="m-strip-go"
            aria-current={tab.key === active}
            onClick={() => route.goTo(tab.workspace, tab.path)}
          >
            <PersonName name={tab.name} />
            {tab.place && <span className="m-strip-place">{tab.place}</span>}
            {tab.draft && <span className="m-strip-dot" role="img" aria-label={t('draftKept')} />}
          </button>
          <IconButton icon="close" size="small" label={t('close')} onClick={() => closePatient(tab.key)} />
        </div>
      ))}
    </nav>
  );
}
