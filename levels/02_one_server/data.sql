-- The reviews that PostgreSQL has to go over, for each product some hundreds. No trigger counts
-- them one by one.
SET session_replication_role = replica;
INSERT INTO catalog_review (product_id, author_name, stars, text, is_published, created_at)
SELECT product.id, 'Om', 1 + floor(random() * 5), 'Breathed in. Breathed out.',
       random() < 0.7, now() - random() * interval '900 days'
  FROM catalog_product AS product
 CROSS JOIN LATERAL generate_series(1, 450 + floor(random() * 200)::int)
 WHERE product.is_live
 ORDER BY random();
