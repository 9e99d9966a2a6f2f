/** What people ask of a hospital all day: the questions of its screens, as the screens ask them. */
export interface Question {
  name: string;
  who: string;
  path: (n: number) => string;
}

const FAMILY = ['Nguyễn Thị', 'Trần Văn', 'Lê Thị', 'Phạm Minh'];
const FAMILY_ASCII = ['nguyen', 'tran', 'le', 'pham'];
const WORKING = ['arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready'].join();

type Asked = readonly [name: string, who: string, path: string];

/** `day`: the last working day of the house, at its beginning. `week`: some days before. */
export function questions(day: string, week: string): Question[] {
  const views: readonly Asked[] = [
    ["the doctor's day", 'bacsi', `outpatient.queue?state=${WORKING}&arrivedAt.from=${day}&sort=arrivedAt&limit=500`],
    ['a week of the queue by number', 'bacsi', `outpatient.queue?arrivedAt.from=${week}&sort=queueNumber&limit=200`],
    ['the queue of all time by number', 'bacsi', 'outpatient.queue?sort=queueNumber&limit=200'],
    [
      'the nurse: who is to be measured',
      'dieuduong',
      `outpatient.queue?state=${WORKING}&arrivedAt.from=${day}&sort=arrivedAt&limit=1000`,
    ],
    ['the day at reception', 'tiepdon', `reception.today?arrivedAt.from=${day}&sort=-arrivedAt&limit=1000`],
    ['reception, no day, as it comes', 'tiepdon', 'reception.today?limit=50'],
    ['reception, no day, newest first', 'tiepdon', 'reception.today?sort=-arrivedAt&limit=50'],
    ['calls of the day', 'tiepdon', `reception.calls?at.from=${day}&sort=-at&limit=1000`],
    ['clocks of the day', 'giamdoc', `reception.clocks?arrivedAt.from=${day}&sort=-arrivedAt&limit=1000`],
    [
      'to collect',
      'xetnghiem',
      `lab.worklist?group=lab&state=signed,accepted&orderedAt.from=${day}&sort=rank&limit=500`,
    ],
    [
      'on the bench, older days',
      'xetnghiem',
      `lab.worklist?group=lab&state=in-progress,performed,preliminary&orderedAt.to=${day}&sort=-orderedAt&limit=100`,
    ],
    [
      'validated, newest first',
      'xetnghiem',
      `lab.worklist?group=lab&state=validated,seen&orderedAt.from=${day}&sort=-orderedAt&limit=500`,
    ],
    ['lab of all time', 'xetnghiem', 'lab.worklist?limit=100'],
    ['imaging', 'cdha', `lab.imaging?state=signed,accepted,in-progress&orderedAt.from=${day}&sort=rank&limit=500`],
    ['the pharmacy window', 'duocsi', `pharmacy.queue?rank=1,2&prescribedAt.from=${week}&sort=prescribedAt&limit=500`],
    ['handed over that day', 'duocsi', `pharmacy.queue?rank=3&prescribedAt.from=${day}&sort=-prescribedAt&limit=500`],
    ['dispensed of a week', 'duocsi', `pharmacy.dispenses?at.from=${week}&sort=-at&limit=500`],
    ['who waits to pay', 'thungan', 'cashier.queue?state=awaiting-payment,concluded,left&sort=endedAt&limit=500'],
    [
      'in examination',
      'thungan',
      'cashier.queue?state=waiting,in-exam,awaiting-results,results-ready&sort=arrivedAt&limit=500',
    ],
    [
      'settled that day',
      'thungan',
      `cashier.queue?state=settled,closed,transferred,died&endedAt.from=${day}&sort=-endedAt&limit=500`,
    ],
    ['refunds that are due', 'thungan', 'cashier.invoices?refund=due&sort=date&limit=200'],
    ['bills of that day', 'thungan', `cashier.invoices?date.from=${day}&sort=-date&limit=500`],
    ['claims to mend, most money first', 'giamdinh', 'claims.list?state=returned,has-findings&sort=-atRisk&limit=300'],
    ['claims ready', 'giamdinh', 'claims.list?state=checked&sort=-endedAt&limit=300'],
    ['claims received', 'giamdinh', 'claims.list?state=received&sort=-endedAt&limit=300'],
    ['appointments of a day', 'tiepdon', `appointment.bookings?startAt.from=${day}&sort=startAt&limit=1000`],
    ['the director: numbers of the morning', 'giamdoc', 'operations.morning'],
    ['the director: work that is stuck', 'giamdoc', 'operations.stuck?limit=1000'],
  ];
  return [
    ...views.map(([name, who, path]) => ({ name, who, path: () => `/api/views/${path}` })),
    {
      name: 'a person by name',
      who: 'tiepdon',
      path: (n) => `/api/views/reception.people?name=${encodeURIComponent(FAMILY[n % FAMILY.length] ?? '')}&limit=20`,
    },
    {
      name: 'FHIR: a person by name, as reception asks',
      who: 'tiepdon',
      path: (n) => `/fhir/Patient?name=${FAMILY_ASCII[n % 4]}&_count=20`,
    },
    {
      name: 'FHIR: name and birth date',
      who: 'bacsi',
      path: (n) => `/fhir/Patient?name=${FAMILY_ASCII[n % 4]}&birthdate=ge1980&_count=20`,
    },
    { name: 'FHIR: newest encounters', who: 'bacsi', path: () => '/fhir/Encounter?_sort=-date&_count=50' },
  ];
}
