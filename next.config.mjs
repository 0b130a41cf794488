/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  poweredByHeader: false,
  // A redirect loses an alert: whoever adds a slash is served as well.
  skipTrailingSlashRedirect: true,
  reactStrictMode: true,
  reactCompiler: false,
  typedRoutes: false,
  // Where a build goes; a second checkout or a test run may build beside a running server.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  serverExternalPackages: [
    '@node-rs/argon2',
    'pg',
    'graphile-worker',
    'pino',
    'prom-client',
    '@prisma/client',
    '@prisma/adapter-pg',
    'protobufjs',
    'undici',
  ],
  // Read when somebody opens /api/docs; nothing imports them.
  outputFileTracingIncludes: {
    '/api/docs/*': [
      './node_modules/swagger-ui-dist/swagger-ui.css',
      './node_modules/swagger-ui-dist/swagger-ui-bundle.js',
    ],
  },
  async headers() {
    const headers = {
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      // Correlation ids are in our URLs.
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    };
    return [
      {
        source: '/:path*',
        headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
      },
    ];
  },
};
export default config;
