export { Configuration } from './configuration.js';
export {
  ConfigurationError,
  type Environment,
  loadConfiguration,
  loadDatabaseUrls,
  processEnvironment,
  variableNames,
} from './environment.js';
