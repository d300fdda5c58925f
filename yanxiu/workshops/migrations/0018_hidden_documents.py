from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0017_waiting_posts"),
    ]

    operations = [
        migrations.AddField(
            model_name="spacedocument",
            name="hidden_at",
            field=models.DateTimeField(null=True),
        ),
    ]
