export * from './auth-errors.js';
export { AuthModule } from './auth.module.js';
export { AuthenticationGuard } from './guards/authentication.guard.js';
export { PermissionGuard } from './guards/permission.guard.js';
export { assertEveryRouteDeclaresAccess } from './guards/route-census.js';
export { AuthMaintenance } from './maintenance/auth-maintenance.js';
export { passwordProblem } from './passwords/password-policy.js';
export { PasswordHashCost } from './passwords/password-hash-cost.js';
export { PasswordHasher } from './passwords/password-hasher.js';
