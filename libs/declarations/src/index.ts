export { AUDIT_ACTION_NAMES, AUDIT_TARGET_TYPES, PERMISSION_NAMES } from './declared-names.js';
export {
  type ModuleDeclaration,
  type NamesIn,
  type PermissionDeclaration,
  type Tag,
} from './module-declaration.js';
export { faultsOf } from './product-faults.js';
export { composeProduct, product, Product } from './product.js';
