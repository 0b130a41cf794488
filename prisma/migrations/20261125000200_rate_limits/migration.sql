-- Attempts counted for rate limits that all replicas share, in the form that rate-limiter-flexible reads and writes.
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,
    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);
-- Expired rows are deleted every few minutes.
CREATE INDEX "rate_limits_expire_idx" ON "rate_limits"("expire");
