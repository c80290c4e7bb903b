// English.

import * as shell from './shell';
import * as overview from './overview';
import * as beds from './beds';
import * as patients from './patients';
import * as change from './change';
import * as channels from './channels';
import * as messages from './messages';
import * as deadLetters from './dead-letters';
import * as oversight from './oversight';
import * as estate from './estate';
import * as compliance from './compliance';
import * as settings from './settings';
import * as views from './views';

export const english = {
  ...shell,
  ...overview,
  ...beds,
  ...patients,
  ...change,
  ...channels,
  ...messages,
  ...deadLetters,
  ...oversight,
  ...estate,
  ...compliance,
  ...settings,
  ...views,
};
