// Names of fields of HL7 v2.5.1 (chapters 2, 3, 4, 6, 7, 9, 10), for the segments that hospitals send. A segment that is
// not here is shown by its paths alone.

const F = (names: string) => names.split('|');

const NAMES: Record<string, string[]> = {
  MSH: F('Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date/time of message|Security|Message type|Message control id|Processing id|Version id|Sequence number|Continuation pointer|Accept acknowledgement type|Application acknowledgement type|Country code|Character set|Principal language|Alternate character set handling|Message profile identifier'),
  MSA: F('Acknowledgement code|Message control id|Text message|Expected sequence number|Delayed acknowledgement type|Error condition'),
  ERR: F('Error code and location|Error location|HL7 error code|Severity|Application error code|Application error parameter|Diagnostic information|User message|Inform person indicator|Override type|Override reason code|Help desk contact point'),
  EVN: F('Event type code|Recorded date/time|Planned event date/time|Event reason code|Operator|Event occurred|Event facility'),
  PID: F('Set id|Patient id|Patient identifier list|Alternate patient id|Patient name|Mother’s maiden name|Date/time of birth|Administrative sex|Patient alias|Race|Patient address|County code|Home phone|Business phone|Primary language|Marital status|Religion|Patient account number|Social security number|Driver’s license number|Mother’s identifier|Ethnic group|Birth place|Multiple birth indicator|Birth order|Citizenship|Veterans military status|Nationality|Death date and time|Death indicator|Identity unknown|Identity reliability|Last update|Last update facility|Species|Breed|Strain|Production class|Tribal citizenship'),
  PD1: F('Living dependency|Living arrangement|Primary facility|Primary care provider|Student indicator|Handicap|Living will|Organ donor|Separate bill|Duplicate patient|Publicity code|Protection indicator|Protection effective date|Place of worship|Advance directive code|Immunization registry status'),
  NK1: F('Set id|Name|Relationship|Address|Phone number|Business phone|Contact role|Start date|End date|Job title|Job code|Employee number|Organization name|Marital status|Administrative sex|Date/time of birth'),
  MRG: F('Prior patient identifier list|Prior alternate patient id|Prior patient account number|Prior patient id|Prior visit number|Prior alternate visit id|Prior patient name'),
  PV1: F('Set id|Patient class|Assigned location|Admission type|Preadmit number|Prior location|Attending doctor|Referring doctor|Consulting doctor|Hospital service|Temporary location|Preadmit test indicator|Re-admission indicator|Admit source|Ambulatory status|VIP indicator|Admitting doctor|Patient type|Visit number|Financial class|Charge price indicator|Courtesy code|Credit rating|Contract code|Contract effective date|Contract amount|Contract period|Interest code|Transfer to bad debt code|Transfer to bad debt date|Bad debt agency|Bad debt transfer amount|Bad debt recovery amount|Delete account indicator|Delete account date|Discharge disposition|Discharged to location|Diet type|Servicing facility|Bed status|Account status|Pending location|Prior temporary location|Admit date/time|Discharge date/time|Current balance|Total charges|Total adjustments|Total payments|Alternate visit id|Visit indicator|Other provider'),
  PV2: F('Prior pending location|Accommodation code|Admit reason|Transfer reason|Patient valuables|Patient valuables location|Visit user code|Expected admit date|Expected discharge date|Estimated length of stay|Actual length of stay|Visit description|Referral source|Previous service date|Employment illness related|Purge status code|Purge status date|Special program code|Retention indicator|Expected insurance plans|Visit publicity code|Visit protection indicator|Clinic organization name|Patient status code|Visit priority code|Previous treatment date|Expected discharge disposition'),
  AL1: F('Set id|Allergen type|Allergen|Severity|Reaction|Identification date'),
  DG1: F('Set id|Coding method|Diagnosis code|Description|Diagnosis date/time|Diagnosis type|Major diagnostic category|Diagnostic related group|DRG approval|DRG grouper review|Outlier type|Outlier days|Outlier cost|Grouper version|Priority|Diagnosing clinician|Classification|Confidential|Attestation date/time|Diagnosis identifier|Action code'),
  PR1: F('Set id|Coding method|Procedure code|Description|Procedure date/time|Functional type|Minutes|Anesthesiologist|Anesthesia code|Anesthesia minutes|Surgeon|Practitioner|Consent code|Priority'),
  GT1: F('Set id|Guarantor number|Guarantor name|Spouse name|Address|Home phone|Business phone|Date/time of birth|Administrative sex|Type|Relationship|Social security number'),
  IN1: F('Set id|Plan id|Company id|Company name|Company address|Contact person|Phone number|Group number|Group name|Insured’s group employer id|Insured’s group employer name|Plan effective date|Plan expiration date|Authorization information|Plan type|Name of insured|Relationship to patient|Insured’s date of birth|Insured’s address|Assignment of benefits|Coordination of benefits|Coordination priority|Notice of admission|Notice date|Report of eligibility|Report date|Release information code|Pre-admit certification|Verification date/time|Verification by|Type of agreement|Billing status|Lifetime reserve days|Delay before lifetime reserve|Company plan code|Policy number'),
  ORC: F('Order control|Placer order number|Filler order number|Placer group number|Order status|Response flag|Quantity/timing|Parent|Date/time of transaction|Entered by|Verified by|Ordering provider|Enterer’s location|Call back phone|Order effective date/time|Order control reason|Entering organization|Entering device|Action by|Beneficiary notice code|Ordering facility name|Ordering facility address|Ordering facility phone|Ordering provider address'),
  OBR: F('Set id|Placer order number|Filler order number|Universal service identifier|Priority|Requested date/time|Observation date/time|Observation end date/time|Collection volume|Collector|Specimen action code|Danger code|Relevant clinical information|Specimen received date/time|Specimen source|Ordering provider|Order callback phone|Placer field 1|Placer field 2|Filler field 1|Filler field 2|Results report date/time|Charge to practice|Diagnostic service section|Result status|Parent result|Quantity/timing|Result copies to|Parent|Transportation mode|Reason for study|Principal result interpreter|Assistant result interpreter|Technician|Transcriptionist|Scheduled date/time'),
  OBX: F('Set id|Value type|Observation identifier|Observation sub-id|Observation value|Units|Reference range|Interpretation|Probability|Nature of abnormal test|Result status|Effective date of reference range|User defined access checks|Date/time of observation|Producer’s id|Responsible observer|Observation method|Equipment identifier|Date/time of analysis|Observation site|Observation instance identifier|Mood code|Performing organization|Performing organization address|Performing medical director'),
  NTE: F('Set id|Source of comment|Comment|Comment type'),
  RXO: F('Requested give code|Requested give amount, minimum|Requested give amount, maximum|Requested give units|Requested dosage form|Provider’s pharmacy instructions|Provider’s administration instructions|Deliver to location|Allow substitutions|Requested dispense code|Requested dispense amount|Requested dispense units|Number of refills'),
  RXE: F('Quantity/timing|Give code|Give amount, minimum|Give amount, maximum|Give units|Give dosage form|Provider’s administration instructions|Deliver to location|Substitution status|Dispense amount|Dispense units|Number of refills|Ordering provider’s DEA number|Pharmacist verifier id|Prescription number'),
  RXA: F('Give sub-id counter|Administration sub-id counter|Administration start|Administration end|Administered code|Administered amount|Administered units|Administered dosage form|Administration notes|Administering provider|Administered-at location|Administered per|Administered strength|Administered strength units|Substance lot number|Substance expiration date|Substance manufacturer|Refusal reason|Indication|Completion status|Action code'),
  RXR: F('Route|Administration site|Administration device|Administration method|Routing instruction|Administration site modifier'),
  TQ1: F('Set id|Quantity|Repeat pattern|Explicit time|Relative time and units|Service duration|Start date/time|End date/time|Priority|Condition text|Text instruction|Conjunction|Occurrence duration|Total occurrences'),
  SPM: F('Set id|Specimen id|Specimen parent ids|Specimen type|Specimen type modifier|Specimen additives|Collection method|Source site|Source site modifier|Collection site|Specimen role|Collection amount|Grouped specimen count|Description|Handling code|Risk code|Collection date/time|Received date/time'),
  SCH: F('Placer appointment id|Filler appointment id|Occurrence number|Placer group number|Schedule id|Event reason|Appointment reason|Appointment type|Duration|Duration units|Timing quantity|Placer contact person|Placer contact phone|Placer contact address|Placer contact location|Filler contact person|Filler contact phone|Filler contact address|Filler contact location|Entered by|Entered by phone|Entered by location|Parent placer appointment id|Parent filler appointment id|Filler status code'),
  TXA: F('Set id|Document type|Content presentation|Activity date/time|Primary activity provider|Origination date/time|Transcription date/time|Edit date/time|Originator|Assigned authenticator|Transcriptionist|Unique document number|Parent document number|Placer order number|Filler order number|Unique document file name|Completion status|Confidentiality status|Availability status|Storage status|Change reason|Authentication person|Distributed copies'),
  FT1: F('Set id|Transaction id|Transaction batch id|Transaction date|Posting date|Transaction type|Transaction code|Description|Description, alternate|Quantity|Amount, extended|Amount, unit|Department code|Insurance plan id|Insurance amount|Assigned location|Fee schedule|Patient type|Diagnosis code|Performed by|Ordered by|Unit cost|Filler order number|Entered by|Procedure code'),
  PRT: F('Participation instance id|Action code|Action reason|Participation|Participation person|Participation person type|Participation organization type|Participation organization|Participation location|Participation device|Begin date/time|End date/time|Qualitative duration|Address|Telecommunication address'),
  NPU: F('Bed location|Bed status'),
  SFT: F('Vendor organization|Certified version|Product name|Binary id|Product information|Install date'),
};

const PARTS: Record<string, string[]> = {
  'PID-3': F('id|check digit|check digit scheme|assigning authority|type'),
  'PID-5': F('family|given|second|suffix|prefix|degree|use'),
  'PID-9': F('family|given|second|suffix|prefix|degree|use'),
  'PID-11': F('street|other|city|state|postal code|country|type'),
  'PID-13': F('number|use|equipment|e-mail'),
  'PID-18': F('id|check digit|check digit scheme|assigning authority|type'),
  'NK1-2': F('family|given|second|suffix|prefix|degree|use'),
  'NK1-3': F('code|text|system'),
  'NK1-4': F('street|other|city|state|postal code|country|type'),
  'PV1-3': F('unit|room|bed|facility|status|type|building|floor'),
  'PV1-6': F('unit|room|bed|facility|status|type|building|floor'),
  'PV1-7': F('id|family|given|second|suffix|prefix|degree|source|authority'),
  'PV1-19': F('id|check digit|check digit scheme|assigning authority|type'),
  'MSH-9': F('code|trigger|structure'),
  'OBX-3': F('code|text|system|alternate code|alternate text|alternate system'),
  'OBX-6': F('code|text|system'),
  'OBR-4': F('code|text|system|alternate code|alternate text|alternate system'),
  'OBR-2': F('number|namespace'),
  'OBR-3': F('number|namespace'),
  'ORC-2': F('number|namespace'),
  'ORC-3': F('number|namespace'),
  'DG1-3': F('code|text|system'),
  'AL1-3': F('code|text|system'),
  'MRG-1': F('id|check digit|check digit scheme|assigning authority|type'),
};

export interface Path {
  segment: string;
  occurrence: number;
  field: number;
  repetition: number | undefined;
  component: number | undefined;
  subcomponent: number | undefined;
}

/** Reads a path as the API writes it: `PID-3[2].4.1`, `OBX[3]-5`. */
export function parsePath(path: string): Path | undefined {
  const found = /^(\w{3})(?:\[(\d+)\])?-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/.exec(path);
  if (!found) return undefined;
  const n = (at: number) => (found[at] === undefined ? undefined : Number(found[at]));
  return { segment: found[1]!, occurrence: n(2) ?? 1, field: n(3)!, repetition: n(4), component: n(5), subcomponent: n(6) };
}

/** What a path is called: `Patient name, family`. */
export function nameOfPath(path: string): string {
  const at = parsePath(path);
  if (!at) return '';
  const field = NAMES[at.segment]?.[at.field - 1] ?? '';
  const part = at.component === undefined ? undefined : PARTS[`${at.segment}-${at.field}`]?.[at.component - 1];
  return part ? `${field}, ${part}` : field;
}
