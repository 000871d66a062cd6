export { Configuration } from './configuration.js';
export {
  ConfigurationError,
  type Environment,
  loadConfiguration,
  loadDatabaseUrls,
  processEnvironment,
  variableNames,
} from './environment.js';
export { DAY_SECONDS, MIB, MINUTE_MS, refusedBy, text, wholeNumber, yesOrNo } from './rules.js';
export { type ConfigurationSection, configurationSection } from './section.js';
