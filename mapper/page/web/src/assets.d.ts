declare module "*.png" {
  const address: string;
  export default address;
}

declare module "*.css" {}

/** A script of its own, bundled, as text. */
declare module "bundled:*" {
  const code: string;
  export default code;
}
